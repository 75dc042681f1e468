-- Whether a key ends when it should: not before what it tells of, and not long after. KEYS[1] the key  ARGV[1] now  ARGV[2] how
-- long keys are kept after now  ARGV[3] 'look', or 'mend' to make it so
local now, kept = tonumber(ARGV[1]), tonumber(ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left == -2 then return {'FINE'} end

local life = kept
local function tells_of(instant)
  -- No hold is meant to live longer than a day, whatever its key says.
  life = math.max(life, math.min((tonumber(instant) or 0) - now, 24 * 60 * 60 * 1000))
end
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'zset' then
  tells_of(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
elseif kind == 'hash' then
  tells_of(redis.call('HGET', KEYS[1], 'expires'))
  tells_of(redis.call('HGET', KEYS[1], 'cap'))
elseif kind == 'string' then
  tells_of(string.match(redis.call('GET', KEYS[1]), '^%x+|%d+|(%d+)|%d+$'))
end

if left >= 0 and left <= life then return {'FINE'} end
if ARGV[3] == 'mend' then redis.call('PEXPIRE', KEYS[1], string.format('%d', life)) end
return {'WRONG', string.format('%d', left)}
