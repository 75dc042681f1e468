-- Gives a lock more time, and another token.
-- KEYS[1]: the lock. ARGV: the next token, milliseconds, tokens of its holder... The next token is one of these when the
-- command comes twice.
-- Answers EXTENDED or LOST.
local found = redis.call("GET", KEYS[1])
for i = 3, #ARGV do
    if found == ARGV[i] then
        redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
        return { "EXTENDED" }
    end
end
return { "LOST" }
