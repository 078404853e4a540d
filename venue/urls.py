"""Addresses of rooms, hire, the kitchen and the money."""

from django.urls import URLPattern, URLResolver, path

from venue.views import (
    bookings,
    closures,
    dishes,
    doors,
    hiring,
    hiring_dates,
    hiring_desk,
    invoices,
    kitchen,
    kitchen_log,
    menu,
    money,
    planner,
    spaces,
    uses,
)

app_name = "venue"

urlpatterns: list[URLPattern | URLResolver] = [
    # What residents and hirers see: rooms, asking, a booking, a quote.
    path("zalen/", spaces.spaces, name="spaces"),
    path("zalen/requests/<uuid:pk>/<slug:step>/", hiring.request_step, name="request_step"),
    path("zalen/booking/", bookings.booking_lookup, name="booking_lookup"),
    path("zalen/bookings/<uuid:pk>/", bookings.booking, name="booking"),
    path("zalen/bookings/<uuid:pk>/quote/", bookings.booking_quote, name="booking_quote"),
    path("zalen/bookings/<uuid:pk>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path(
        "zalen/bookings/<uuid:pk>/no-alcohol/",
        bookings.booking_without_alcohol,
        name="booking_without_alcohol",
    ),
    path(
        "zalen/bookings/<uuid:pk>/<str:secret>/no-alcohol/",
        bookings.booking_without_alcohol,
        name="booking_without_alcohol",
    ),
    path(
        "zalen/bookings/<uuid:pk>/dates/<uuid:date>/change/",
        bookings.booking_change,
        name="booking_change",
    ),
    path(
        "zalen/bookings/<uuid:pk>/dates/<uuid:date>/cancel/",
        bookings.booking_date_cancel,
        name="booking_date_cancel",
    ),
    path(
        "zalen/bookings/<uuid:pk>/changes/<uuid:change>/withdraw/",
        bookings.booking_change_withdraw,
        name="booking_change_withdraw",
    ),
    path("zalen/bookings/<uuid:pk>/<str:secret>/", bookings.booking, name="booking"),
    path(
        "zalen/bookings/<uuid:pk>/<str:secret>/quote/",
        bookings.booking_quote,
        name="booking_quote",
    ),
    path(
        "zalen/bookings/<uuid:pk>/<str:secret>/cancel/",
        bookings.booking_cancel,
        name="booking_cancel",
    ),
    path(
        "zalen/bookings/<uuid:pk>/<str:secret>/dates/<uuid:date>/change/",
        bookings.booking_change,
        name="booking_change",
    ),
    path(
        "zalen/bookings/<uuid:pk>/<str:secret>/dates/<uuid:date>/cancel/",
        bookings.booking_date_cancel,
        name="booking_date_cancel",
    ),
    path(
        "zalen/bookings/<uuid:pk>/<str:secret>/changes/<uuid:change>/withdraw/",
        bookings.booking_change_withdraw,
        name="booking_change_withdraw",
    ),
    path("zalen/quotes/<uuid:pk>/<str:secret>/", bookings.quote, name="quote"),
    path("zalen/<slug:centre>/<slug:slug>/", spaces.space, name="space"),
    path("zalen/<slug:centre>/<slug:slug>/aanvragen/", hiring.request_new, name="request_new"),
    # Hire, for staff.
    path("verhuur/", hiring_desk.hiring_desk_page, name="hiring_desk"),
    path("verhuur/<uuid:pk>/", hiring_desk.booking_manage, name="booking_manage"),
    path("verhuur/<uuid:pk>/option/", hiring_desk.booking_option, name="booking_option"),
    path("verhuur/<uuid:pk>/confirm/", hiring_desk.booking_confirm, name="booking_confirm"),
    path("verhuur/<uuid:pk>/decline/", hiring_desk.booking_decline, name="booking_decline"),
    path("verhuur/<uuid:pk>/class/", hiring_desk.booking_class, name="booking_class"),
    path(
        "verhuur/<uuid:pk>/no-alcohol/", hiring_desk.booking_no_alcohol, name="booking_no_alcohol"
    ),
    path("verhuur/<uuid:pk>/call-off/", hiring_desk.booking_call_off, name="booking_call_off"),
    path("verhuur/<uuid:pk>/say/", hiring_desk.booking_say, name="booking_say"),
    path("verhuur/<uuid:pk>/agree/", hiring_desk.booking_agree, name="booking_agree"),
    path(
        "verhuur/<uuid:pk>/quote/draft/",
        hiring_desk.booking_quote_draft,
        name="booking_quote_draft",
    ),
    path(
        "verhuur/<uuid:pk>/quote/send/", hiring_desk.booking_quote_send, name="booking_quote_send"
    ),
    path("verhuur/<uuid:pk>/quote/lines/add/", hiring_desk.quote_line_add, name="quote_line_add"),
    path(
        "verhuur/quote-lines/<uuid:pk>/remove/",
        hiring_desk.quote_line_remove,
        name="quote_line_remove",
    ),
    path("verhuur/<uuid:pk>/deposit/", hiring_desk.booking_deposit, name="booking_deposit"),
    path(
        "verhuur/<uuid:pk>/offer-again/",
        hiring_desk.booking_offer_again,
        name="booking_offer_again",
    ),
    path("verhuur/dates/<uuid:pk>/change/", hiring_dates.date_change, name="date_change"),
    path("verhuur/dates/<uuid:pk>/skip/", hiring_dates.date_skip, name="date_skip"),
    path("verhuur/dates/<uuid:pk>/call-off/", hiring_dates.date_call_off, name="date_call_off"),
    path(
        "verhuur/dates/<uuid:pk>/bring-back/", hiring_dates.date_bring_back, name="date_bring_back"
    ),
    path("verhuur/dates/<uuid:pk>/held/", hiring_dates.date_held, name="date_held"),
    path("verhuur/dates/<uuid:pk>/no-show/", hiring_dates.date_no_show, name="date_no_show"),
    path("verhuur/dates/<uuid:pk>/key/", hiring_dates.date_hand_over, name="date_hand_over"),
    path("verhuur/changes/<uuid:pk>/accept/", hiring_desk.change_accept, name="change_accept"),
    path("verhuur/changes/<uuid:pk>/decline/", hiring_desk.change_decline, name="change_decline"),
    path("verhuur/events/<uuid:pk>/called/", hiring_desk.event_called, name="event_called"),
    # Planner, day sheet and door.
    path("planner/", planner.planner, name="planner"),
    path("planner/day-sheet/", planner.day_sheet, name="day_sheet"),
    path("planner/uses/new/", uses.use_new, name="use_new"),
    path("planner/uses/<uuid:pk>/", uses.use, name="use"),
    path("planner/uses/<uuid:pk>/change/", uses.use_change, name="use_change"),
    path("planner/uses/<uuid:pk>/swap/", uses.use_swap, name="use_swap"),
    path("planner/uses/<uuid:pk>/release/", uses.use_release, name="use_release"),
    path("planner/uses/<uuid:pk>/restore/", uses.use_restore, name="use_restore"),
    path("planner/close/", closures.space_close, name="space_close"),
    path("planner/doors/", doors.door_links, name="door_links"),
    path("planner/doors/<uuid:pk>/<slug:purpose>/", doors.door_link_make, name="door_link_make"),
    path("planner/door-links/<uuid:pk>/revoke/", doors.door_link_revoke, name="door_link_revoke"),
    path("deur/<str:secret>/", doors.door, name="door"),
    path("zalen/<str:secret>.ics", doors.space_calendar, name="space_calendar"),
    # Menu, orders and kitchen.
    path("menu/", menu.menu, name="menu"),
    path("menu/allergens/", menu.menu_allergens, name="menu_allergens"),
    path("menu/code/", menu.order_code, name="order_code"),
    path("menu/<slug:slug>/order/", menu.order_new, name="order_new"),
    path("menu/orders/<uuid:pk>/", menu.order, name="order"),
    path("menu/orders/<uuid:pk>/cancel/", menu.order_cancel, name="order_cancel"),
    path("menu/orders/<uuid:pk>/slip/", menu.order_slip, name="order_slip"),
    path("menu/orders/<uuid:pk>/<str:secret>/", menu.order, name="order"),
    path("menu/orders/<uuid:pk>/<str:secret>/cancel/", menu.order_cancel, name="order_cancel"),
    path("menu/orders/<uuid:pk>/<str:secret>/slip/", menu.order_slip, name="order_slip"),
    path("menu/meals/<uuid:pk>/", menu.meal, name="meal"),
    path("menu/guests/<uuid:pk>/", menu.meal_guest, name="meal_guest"),
    path("menu/guests/<uuid:pk>/leave/", menu.meal_guest_leave, name="meal_guest_leave"),
    path("menu/guests/<uuid:pk>/slip/", menu.meal_guest_slip, name="meal_guest_slip"),
    path("menu/guests/<uuid:pk>/<str:secret>/", menu.meal_guest, name="meal_guest"),
    path(
        "menu/guests/<uuid:pk>/<str:secret>/leave/", menu.meal_guest_leave, name="meal_guest_leave"
    ),
    path("menu/guests/<uuid:pk>/<str:secret>/slip/", menu.meal_guest_slip, name="meal_guest_slip"),
    path("keuken/", kitchen.kitchen_page, name="kitchen"),
    path("keuken/day-sheet/", kitchen.kitchen_day_sheet, name="kitchen_day_sheet"),
    path("keuken/capacity/", kitchen.kitchen_capacity, name="kitchen_capacity"),
    path("keuken/open/", kitchen.kitchen_open, name="kitchen_open"),
    path("keuken/orders/new/", kitchen.kitchen_order_new, name="kitchen_order_new"),
    path("keuken/meals/new/", kitchen.kitchen_meal_new, name="kitchen_meal_new"),
    path("keuken/uses/<uuid:pk>/order/", kitchen.kitchen_use_order, name="kitchen_use_order"),
    path("keuken/orders/<uuid:pk>/", kitchen.kitchen_order, name="kitchen_order"),
    path(
        "keuken/orders/<uuid:pk>/people/", kitchen.kitchen_order_people, name="kitchen_order_people"
    ),
    path("keuken/orders/<uuid:pk>/needs/", kitchen.kitchen_order_needs, name="kitchen_order_needs"),
    path("keuken/orders/<uuid:pk>/lines/", kitchen.kitchen_order_lines, name="kitchen_order_lines"),
    path("keuken/orders/<uuid:pk>/move/", kitchen.kitchen_order_move, name="kitchen_order_move"),
    path(
        "keuken/orders/<uuid:pk>/cancel/", kitchen.kitchen_order_cancel, name="kitchen_order_cancel"
    ),
    path(
        "keuken/orders/<uuid:pk>/places/", kitchen.kitchen_order_places, name="kitchen_order_places"
    ),
    path(
        "keuken/orders/<uuid:pk>/act/<slug:act>/",
        kitchen.kitchen_order_act,
        name="kitchen_order_act",
    ),
    path("keuken/dishes/", dishes.kitchen_dishes, name="kitchen_dishes"),
    path("keuken/dishes/new/", dishes.kitchen_dish_new, name="kitchen_dish_new"),
    path("keuken/dishes/<uuid:pk>/", dishes.kitchen_dish, name="kitchen_dish"),
    path("keuken/dishes/<uuid:pk>/edit/", dishes.kitchen_dish_edit, name="kitchen_dish_edit"),
    path("keuken/dishes/<uuid:pk>/recipe/", dishes.kitchen_recipe, name="kitchen_recipe"),
    path(
        "keuken/dishes/<uuid:pk>/translate/<slug:language>/",
        dishes.kitchen_dish_translate,
        name="kitchen_dish_translate",
    ),
    path("keuken/ingredients/", dishes.kitchen_ingredients, name="kitchen_ingredients"),
    path("keuken/ingredients/new/", dishes.kitchen_ingredient_new, name="kitchen_ingredient_new"),
    path("keuken/ingredients/<uuid:pk>/", dishes.kitchen_ingredient, name="kitchen_ingredient"),
    path(
        "keuken/ingredients/<uuid:pk>/edit/",
        dishes.kitchen_ingredient_edit,
        name="kitchen_ingredient_edit",
    ),
    path("keuken/log/", kitchen_log.kitchen_log, name="kitchen_log"),
    path("keuken/log/month/", kitchen_log.kitchen_log_month, name="kitchen_log_month"),
    path("keuken/log/points/<uuid:pk>/", kitchen_log.kitchen_log_point, name="kitchen_log_point"),
    path(
        "keuken/log/measure/<slug:kind>/",
        kitchen_log.kitchen_log_measure,
        name="kitchen_log_measure",
    ),
    path("keuken/log/<uuid:pk>/cooled/", kitchen_log.kitchen_log_cooled, name="kitchen_log_cooled"),
    path(
        "keuken/log/<uuid:pk>/correct/", kitchen_log.kitchen_log_correct, name="kitchen_log_correct"
    ),
    # Invoices and payments.
    path("facturen/", invoices.invoices, name="invoices"),
    path("facturen/waiting/", invoices.invoices_waiting, name="invoices_waiting"),
    path("facturen/bank/", money.bank, name="bank"),
    path("facturen/bank/<uuid:pk>/", money.bank_entry, name="bank_entry"),
    path("facturen/reminders/", money.reminders, name="reminders"),
    path("facturen/figures/", money.figures, name="figures"),
    path("facturen/figures/<slug:name>.csv", money.figures_file, name="figures_file"),
    path("facturen/of-booking/<uuid:pk>/", invoices.invoice_of_booking, name="invoice_of_booking"),
    path("facturen/of-order/<uuid:pk>/", invoices.invoice_of_order, name="invoice_of_order"),
    path("facturen/lines/<uuid:pk>/remove/", invoices.line_remove, name="line_remove"),
    path("facturen/payments/<uuid:pk>/undo/", invoices.payment_undo, name="payment_undo"),
    path("facturen/<uuid:pk>/", invoices.invoice, name="invoice"),
    path("facturen/<uuid:pk>/file.<str:form>", invoices.invoice_file, name="invoice_file"),
    path("facturen/<uuid:pk>/issue/", invoices.invoice_issue, name="invoice_issue"),
    path("facturen/<uuid:pk>/send/", invoices.invoice_send, name="invoice_send"),
    path("facturen/<uuid:pk>/throw-away/", invoices.invoice_throw_away, name="invoice_throw_away"),
    path("facturen/<uuid:pk>/lines/add/", invoices.line_add, name="line_add"),
    path("facturen/<uuid:pk>/pay/", invoices.invoice_pay, name="invoice_pay"),
    path("facturen/<uuid:pk>/credit/", invoices.invoice_credit, name="invoice_credit"),
    path(
        "facturen/<uuid:pk>/instalments/",
        invoices.invoice_instalments,
        name="invoice_instalments",
    ),
    path("facturen/<uuid:pk>/give-up/", invoices.invoice_give_up, name="invoice_give_up"),
    path("facturen/<uuid:pk>/buyer/", invoices.invoice_buyer, name="invoice_buyer"),
    path("facturen/<uuid:pk>/remind/", money.invoice_remind, name="invoice_remind"),
]
