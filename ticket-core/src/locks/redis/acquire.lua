-- Takes a lock that is free.
-- KEYS[1]: the lock. ARGV: token, milliseconds, "1" when a resting lock counts as free, tokens that nobody holds any more...
-- Answers ACQUIRED, or TAKEN with the milliseconds that are left and "1" when it rests.
local found = redis.call("GET", KEYS[1])
local is_free = not found or found == ARGV[1] or (found == "rest" and ARGV[3] == "1")
for i = 4, #ARGV do
    is_free = is_free or found == ARGV[i]
end
if not is_free then
    return { "TAKEN", tostring(redis.call("PTTL", KEYS[1])), found == "rest" and "1" or "0" }
end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return { "ACQUIRED" }
