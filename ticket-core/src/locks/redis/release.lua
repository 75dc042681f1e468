-- Lets a lock go, at once or after a rest.
-- KEYS[1]: the lock. ARGV: milliseconds of rest (0: none), tokens of its holder...
-- Answers RELEASED or LOST.
local found = redis.call("GET", KEYS[1])
for i = 2, #ARGV do
    if found == ARGV[i] then
        if ARGV[1] == "0" then
            redis.call("DEL", KEYS[1])
        else
            redis.call("SET", KEYS[1], "rest", "PX", ARGV[1])
        end
        return { "RELEASED" }
    end
end
return { "LOST" }
