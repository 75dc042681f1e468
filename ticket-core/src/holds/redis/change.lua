-- Drops and adds seats, all or nothing. The clock stays, unless a seat comes from another hold of the user that ends
-- sooner. ARGV[5] the seats of the hold as the caller believes  ARGV[6] limit  ARGV[7] how many of the seats are dropped:
-- they come first  ARGV[8] how many are to be in the hold afterwards: they come next, and then the believed ones, of which
-- those that are neither stay where they are  ARGV[9..] seats that the user has booked, then the seats.
local expires, cap = own_hold(ARGV[5])
if not expires then return cap end
local dropped = tonumber(ARGV[7])
local wanted = dropped + tonumber(ARGV[8])
local named, missing = {}, {'TAKEN'}
for i = 1, dropped do
  if claim_on(key_of(i)) ~= token then missing[#missing + 1] = seat_at(i) end
  named[seat_at(i)] = true
end
if #missing > 1 then return missing end
local taken = taken_from(dropped + 1, wanted)
if #taken > 1 then return taken end
if seats_of_user(9, before_seats + wanted, named) > tonumber(ARGV[6]) then return {'LIMIT'} end

for i = 1, dropped do let_go(i) end
local seats = {}
for i = dropped + 1, wanted do
  local claimed, _, former_expires, former_cap = claim_on(key_of(i))
  if claimed and claimed ~= token then
    expires, cap = math.min(expires, former_expires), math.min(cap, former_cap)
  end
  seats[#seats + 1] = i
  named[seat_at(i)] = true
end
for i = wanted + 1, seat_count do
  if not named[seat_at(i)] and claim_on(key_of(i)) == token then seats[#seats + 1] = i end
end
for n, i in ipairs(seats) do
  claim(i, expires, cap)
  seats[n] = seat_at(i)
end
keep(table.concat(seats, ','), expires, cap)
return {'HELD', table.concat(seats, ','), int(expires), int(cap), told_held()}
