-- Shared by every script. All keys of a performance are in one slot; the first four are always the same.
--
--   KEYS[1] hold      hash: user, seats (ids joined by commas), expires, cap
--   KEYS[2] user      sorted set: seats that the user holds, by their expiry
--   KEYS[3] expiries  sorted set: "<token>|<user>|<seats>" by expiry, for the sweep
--   KEYS[4] events    stream: what seat maps follow
--   KEYS[5..]         one string per seat: "<token>|<user>|<expires>|<cap>"
--
--   ARGV[1] token  ARGV[2] user  ARGV[3] now  ARGV[4] how long keys are kept after now, and from 5 on what each
--   script says, with the seats, in the order of their keys, at the end.
--
-- Instants are milliseconds since 1970 by the clock of the caller. A claim past its expiry counts for nothing, whether or
-- not Redis has dropped its key yet.

local token, user, now, kept = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local seat_count = #KEYS - 4
local first_seat = #ARGV - seat_count

local function int(number) return string.format('%d', number) end
local function seat_at(i) return ARGV[first_seat + i] end

-- Whose living claim is on a seat: token, user, expires, cap; nothing when it is free.
local function claim_on(key)
  local value = redis.call('GET', key)
  if not value then return nil end
  local t, u, e, c = string.match(value, '^(%x+)|(%d+)|(%d+)|(%d+)$')
  e, c = tonumber(e), tonumber(c)
  if e <= now then return nil end
  return t, u, e, c
end

local function member(seats) return token .. '|' .. user .. '|' .. seats end

local function tell(seats, held_until)
  if seats ~= '' then
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', 10000, '*', 'seats', seats, 'until', int(held_until))
    redis.call('PEXPIRE', KEYS[4], kept)
  end
end

-- Sets the claim on one seat.
local function claim(key, seat, expires, cap)
  redis.call('SET', key, token .. '|' .. user .. '|' .. int(expires) .. '|' .. int(cap), 'PX', int(expires - now))
  redis.call('ZADD', KEYS[2], int(expires), seat)
end

-- Frees one seat, unless another hold has it by now.
local function let_go(key, seat)
  if claim_on(key) == token then
    redis.call('DEL', key)
    redis.call('ZREM', KEYS[2], seat)
    return true
  end
  return false
end

-- Keeps the hold itself, and what is found through it.
local function keep(seats, expires, cap)
  redis.call('HSET', KEYS[1], 'user', user, 'seats', seats, 'expires', int(expires), 'cap', int(cap))
  redis.call('PEXPIRE', KEYS[1], kept)
  redis.call('ZADD', KEYS[3], int(expires), member(seats))
  redis.call('PEXPIRE', KEYS[3], kept)
  redis.call('PEXPIRE', KEYS[2], kept)
end

-- The user's living seats of this performance, as a set.
local function held_by_user()
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', int(now))
  local set = {}
  for _, seat in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do set[seat] = true end
  return set
end

local function size(set)
  local n = 0
  for _ in pairs(set) do n = n + 1 end
  return n
end

-- The hold, if it lives, is the caller's own, and has just the seats whose keys were passed: seats, expires, cap.
-- Otherwise nothing and the answer to give.
local function own_hold()
  local found = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
  if not found[1] or found[1] ~= user then return nil, {'NOT_FOUND'} end
  if tonumber(found[3]) <= now then return nil, {'EXPIRED'} end
  return found[2], tonumber(found[3]), tonumber(found[4])
end
