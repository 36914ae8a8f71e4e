-- +goose Up

-- What we have said under a post itself is found among all that is said under it: nobody else has begun that.
CREATE INDEX conversation_announced ON conversation (tenant_id, post_id) WHERE post_id <> 0 AND contact_point_id = 0;
