-- Lets every seat go that is still the hold's own. ARGV[5] its seats as the caller believes.
local expires, refusal = own_hold(ARGV[5])
if not expires then return refusal end
local own = 0
for i = 1, seat_count do
  if claim_on(key_of(i)) == token then own = own + 1 end
  let_go(i)
end
redis.call('DEL', KEYS[1])
follow_claims(KEYS[2])
-- Claims of a sale at once are on no map.
if follow_claims(KEYS[3]) then mark_changed() end
-- One whose seats have all moved to another hold of the user is none any more.
if own == 0 then return {'NOT_FOUND'} end
return {'GONE'}
