"""What clients receive of the report of sales."""

from pydantic import BaseModel, ConfigDict


class SalesRead(BaseModel):
    """How often a product was ordered."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"name": "Sample", "amount": 3}]}
    )

    name: str
    amount: int
