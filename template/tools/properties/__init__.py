"""Property tests of the API: generated requests, and responses as OpenAPI describes them."""
