"""Day catering and the kitchen: dishes and their allergens, orders, what can be made, the food safety log."""
