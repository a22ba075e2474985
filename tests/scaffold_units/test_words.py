"""A rename replaces the words of one resource, wherever they stand, and no others."""

from typing import Any, Final

import pytest

from scaffold.resources.words import Rename, Words, kept_beside, words_of

PRODUCT: Final[dict[str, Any]] = {
    "name": "product",
    "fields": {"name": {"type": "str"}, "product_code": {"type": "str"}},
}
REVIEW: Final[dict[str, Any]] = {
    "name": "product_review",
    "fields": {"by_product": {"type": "ref", "to": "product"}, "text": {"type": "text"}},
}


def renaming(old: dict[str, Any], new: Words, *others: dict[str, Any]) -> Rename:
    """Return the replacement of a resource's words beside other resources."""
    return Rename(words_of(old), new, kept_beside(old, others))


TO_ITEM: Final = renaming(PRODUCT, Words("item", "items"), REVIEW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("product", "item"),
        ("products", "items"),
        ("get_product(product_id)", "get_item(item_id)"),
        ("list_products", "list_items"),
        ("ProductService(db)", "ItemService(db)"),
        ("ProductCreate, ProductRead, Products", "ItemCreate, ItemRead, Items"),
        ("PRODUCT_ID, PRODUCTS", "ITEM_ID, ITEMS"),
        ("Products are counted.", "Items are counted."),
        ("A product's price; the products.", "A item's price; the items."),
        ("/api/v1/products/{product_id}", "/api/v1/items/{item_id}"),
        ("app/api/v1/endpoints/products.py", "app/api/v1/endpoints/items.py"),
        ("tests/unit/services/test_product_service.py", "tests/unit/services/test_item_service.py"),
        ("pk_products, uq_products_name", "pk_items, uq_items_name"),
        ("test_a_product_is_sold", "test_a_item_is_sold"),
        ("productId", "itemId"),
        ("product2", "product2"),
        ("2products", "2products"),
    ],
)
def test_identifiers_sentences_and_paths_get_the_new_words(text: str, expected: str) -> None:
    assert TO_ITEM(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("productive", "byproduct", "production", "Productive", "PRODUCTIVE", "reproducts"),
        *("ByProduct", "myproduct_id", "myProduct"),
    ],
)
def test_other_words_that_hold_it_stay(text: str) -> None:
    assert TO_ITEM(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("product_review", "product_reviews", "ProductReview", "ProductReviewRead"),
        *("PRODUCT_REVIEW", "product review", "Product reviews", "app/models/product_review.py"),
    ],
)
def test_the_words_of_another_resource_stay(text: str) -> None:
    assert TO_ITEM(text) == text


@pytest.mark.parametrize(
    "text", ["product_code", "PRODUCT_CODE", "by_product", "Product code", "by product"]
)
def test_names_of_fields_that_hold_it_stay(text: str) -> None:
    assert TO_ITEM(text) == text


def test_a_field_that_is_called_like_the_resource_moves_along() -> None:
    node = {"name": "node", "fields": {"node": {"type": "ref", "to": "node"}}}
    assert renaming(node, Words("knot", "knots"))("node.node_id") == "knot.knot_id"


def test_words_of_several_parts_keep_their_forms() -> None:
    order_item = {"name": "order_item", "fields": {"quantity": {"type": "int"}}}
    rename = renaming(order_item, Words("stock_line", "stock_lines"))
    text = "order_item OrderItems ORDER_ITEM 'Order items' order item order_id OrderRead"
    expected = "stock_line StockLines STOCK_LINE 'Stock lines' stock line order_id OrderRead"
    assert rename(text) == expected


def test_a_plural_that_is_not_the_english_one_is_replaced_on_both_sides() -> None:
    person = {"name": "person", "plural": "people", "fields": {"name": {"type": "str"}}}
    rename = renaming(person, Words("child", "children"))
    assert rename("/people/{person_id} People PersonRead persons") == (
        "/children/{child_id} Children ChildRead persons"
    )


def test_a_resource_whose_plural_is_its_name_is_renamed() -> None:
    rename = Rename(Words("sheep", "sheep"), Words("goat", "goats"), ())
    assert rename("sheep Sheep SHEEP") == "goat Goat GOAT"


def test_what_is_renamed_there_and_back_is_as_it_was() -> None:
    back = renaming(PRODUCT | {"name": "item"}, words_of(PRODUCT), REVIEW)
    text = "class ProductRead: product_id, PRODUCTS, product_code, product_review"
    assert back(TO_ITEM(text)) == text
