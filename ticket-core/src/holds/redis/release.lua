-- Lets every seat go that is still the hold's own. ARGV[5] its seats as the caller believes.
local expires, refusal = own_hold(ARGV[5])
if not expires then return refusal end
for i = 1, seat_count do let_go(i) end
redis.call('DEL', KEYS[1])
mark_changed()
return {'GONE'}
