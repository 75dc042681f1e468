-- Frees a seat that is claimed without right. With ARGV[5] 'orphan', ARGV[6] is what the claim says, and no hold names the
-- seat; with 'sold' the seat is not on sale, and the claim that of this hold.
if ARGV[5] == 'orphan' then
  local seats = redis.call('HGET', KEYS[1], 'seats')
  local is_named = seats and string.find(',' .. seats .. ',', ',' .. seat_at(1) .. ',', 1, true)
  if is_named or redis.call('GET', key_of(1)) ~= ARGV[6] then return {'CHANGED'} end
elseif claim_on(key_of(1)) ~= token then
  return {'CHANGED'}
end
redis.call('DEL', key_of(1))
redis.call('ZREM', KEYS[2], seat_at(1))
redis.call('ZREM', KEYS[3], seat_at(1))
mark_changed()
return {'GONE'}
