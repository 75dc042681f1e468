-- Drops and adds seats, all or nothing; the clock stays. ARGV[5] limit  ARGV[6] how many of the seats are dropped: these
-- come first, then those that are to be in the hold afterwards.  ARGV[7..] seats that the user has booked, then the seats.
local seats, expires, cap = own_hold()
if not seats then return expires end
local limit, dropped = tonumber(ARGV[5]), tonumber(ARGV[6])

local mine = held_by_user()
for i = 7, first_seat do mine[ARGV[i]] = true end
for i = 1, dropped do
  if claim_on(KEYS[4 + i]) ~= token then return {'TAKEN', seat_at(i)} end
  mine[seat_at(i)] = nil
end
local taken = {'TAKEN'}
local kept_seats = {}
for i = dropped + 1, seat_count do
  local seat = seat_at(i)
  kept_seats[#kept_seats + 1], mine[seat] = seat, true
  local _, owner = claim_on(KEYS[4 + i])
  if owner and owner ~= user then taken[#taken + 1] = seat end
end
if #taken > 1 then return taken end
if size(mine) > limit then return {'LIMIT'} end

local gone = {}
for i = 1, dropped do
  let_go(KEYS[4 + i], seat_at(i))
  gone[i] = seat_at(i)
end
redis.call('ZREM', KEYS[3], member(seats))
for i = dropped + 1, seat_count do claim(KEYS[4 + i], seat_at(i), expires, cap) end
local joined = table.concat(kept_seats, ',')
keep(joined, expires, cap)
tell(table.concat(gone, ','), 0)
tell(joined, expires)
return {'HELD', joined, int(expires), int(cap)}
