-- Lets every seat go that is still the hold's own.
local seats, expires = own_hold()
if not seats then return expires end
local gone = {}
for i = 1, seat_count do
  if let_go(KEYS[4 + i], seat_at(i)) then gone[#gone + 1] = seat_at(i) end
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], member(seats))
tell(table.concat(gone, ','), 0)
if #gone == 0 then return {'NOT_FOUND'} end
return {'GONE'}
