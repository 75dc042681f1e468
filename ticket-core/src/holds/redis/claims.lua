-- All claims of a performance with their ends, and the version that they are of: at one moment, and without MULTI, which a
-- Redis without memory refuses even for reading. KEYS[1] claims  KEYS[2] version  ARGV[1] now
local answer = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES')
table.insert(answer, 1, redis.call('GET', KEYS[2]) or '')
return answer
