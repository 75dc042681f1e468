-- Claims every seat, or none. ARGV[5] expires  ARGV[6] cap  ARGV[7] limit  ARGV[8..] seats that the user has booked,
-- then the seats.
local known = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
if known[1] then
  -- The same token again: a retry after a lost reply.
  if known[1] ~= user then return {'NOT_FOUND'} end
  if tonumber(known[3]) <= now then return {'EXPIRED'} end
  return {'HELD', known[2], known[3], known[4]}
end

local expires, cap, limit = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local mine = held_by_user()
for i = 8, first_seat do mine[ARGV[i]] = true end
local taken = {'TAKEN'}
local seats = {}
for i = 1, seat_count do
  local seat = seat_at(i)
  seats[i], mine[seat] = seat, true
  local _, owner, until_, cap_ = claim_on(KEYS[4 + i])
  if owner and owner ~= user then
    taken[#taken + 1] = seat
  elseif owner then
    -- Moves over from another hold of the user, and brings its clock along: holding again wins no time.
    expires, cap = math.min(expires, until_), math.min(cap, cap_)
  end
end
if #taken > 1 then return taken end
if size(mine) > limit then return {'LIMIT'} end

for i = 1, seat_count do claim(KEYS[4 + i], seat_at(i), expires, cap) end
local joined = table.concat(seats, ',')
keep(joined, expires, cap)
tell(joined, expires)
return {'HELD', joined, int(expires), int(cap)}
