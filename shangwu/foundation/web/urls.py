"""Addresses of the shell."""

from django.urls import path

from shangwu.foundation.web import views

app_name = "web"

urlpatterns = [
    path("", views.portal, name="portal"),
    path("office/", views.office, name="office"),
    path("office/notifications/", views.notifications, name="notifications"),
    path("office/notifications/bell/", views.bell, name="bell"),
    path("office/notifications/unread/", views.unread, name="unread"),
    path("office/notifications/read/", views.notifications_read, name="notifications-read"),
    path("office/notifications/<int:pk>/open/", views.notification_open, name="notification-open"),
    path("office/live/", views.live_door, name="live"),
    path("office/manual/components/", views.gallery, name="gallery"),
    path("manual/", views.manual, name="manual"),
    path("manual/<slug:slug>/", views.manual_page, name="manual-page"),
]
