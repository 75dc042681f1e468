-- Claims every seat, or none. ARGV[5] expires  ARGV[6] cap  ARGV[7] limit  ARGV[8..] seats that the user has booked or been
-- offered, then the seats.
local known = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
if known[1] then
  -- The same token again: a retry after a lost reply.
  if known[1] ~= user then return {'NOT_FOUND'} end
  if tonumber(known[3]) <= now then return {'EXPIRED'} end
  return held(known[2], tonumber(known[3]), tonumber(known[4]), {})
end

local taken = taken_from(1, seat_count)
if #taken > 1 then return taken end
if seats_of_user(8, #ARGV, {}) > tonumber(ARGV[7]) then return {'LIMIT'} end

local former = other_holds(1, seat_count)
local expires, cap = sooner(tonumber(ARGV[5]), tonumber(ARGV[6]), former)
mark_changed()
for i = 1, seat_count do claim(i, expires, cap) end
keep(join(1), expires, cap)
return held(join(1), expires, cap, former)
