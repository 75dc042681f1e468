-- Gives this hold the seats back that another hold of the user, ARGV[5], has taken over from it. The clock is that of
-- the hold, which has not noticed anything.
local found = redis.call('HMGET', KEYS[1], 'user', 'seats', 'expires', 'cap')
if found[1] ~= user or tonumber(found[3]) <= now then return {'GONE'} end
local lost = {}
for i = 1, seat_count do
  -- Unless it was extended or changed meanwhile, without them.
  local is_named = string.find(',' .. found[2] .. ',', ',' .. seat_at(i) .. ',', 1, true)
  if is_named and claim_on(key_of(i)) == ARGV[5] then lost[#lost + 1] = i end
end
if #lost == 0 then return {'GONE'} end
mark_changed()
for _, i in ipairs(lost) do claim(i, tonumber(found[3]), tonumber(found[4])) end
follow_claims(KEYS[2])
follow_claims(KEYS[3])
return {'GONE'}
