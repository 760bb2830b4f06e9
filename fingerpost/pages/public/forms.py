"""The package's forms of signing in, in our words."""

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from django.forms import BaseForm

STRONG = "Use at least 12 characters. Three words that do not belong together are good."
ADDRESS = ("Email address", "Enter your email address")


def _worded(form: BaseForm, name: str, label: str, missing: str, hint: str = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = missing
    if "invalid" in field.error_messages:
        field.error_messages["invalid"] = "Enter an email address like name@example.com"
    field.widget.attrs.pop("placeholder", None)


def _new_password(form: BaseForm) -> None:
    _worded(form, "password1", "New password", "Enter a new password", STRONG)
    _worded(form, "password2", "New password, once more", "Enter the new password once more")


class SignIn(account.LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "login", *ADDRESS)
        _worded(self, "password", "Password", "Enter your password")


class PasswordAgain(account.ReauthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "password", "Your password", "Enter your password")


class ChangePassword(account.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "oldpassword", "The password you have now", "Enter the password you have now")
        _new_password(self)


class ForgottenPassword(account.ResetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "email", *ADDRESS)


class FirstPassword(account.SetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class NewPassword(account.ResetPasswordKeyForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class Code(second_step.AuthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "code", "Code", "Enter the code")


class CodeAgain(second_step.ReauthenticateForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "code", "Code", "Enter the code")


class FirstCode(ActivateTOTPForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "code", "Code from the app", "Enter the code that the app shows", "6 figures")


class AddPasskey(passkeys.AddWebAuthnForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "name", "Name", "Enter a name", "So that you know it again, for example: work phone")
        if "passwordless" in self.fields:
            _worded(
                self,
                "passwordless",
                "Let me sign in with this passkey alone",
                "",
                "Then you need no password. Your device asks for your fingerprint, face or PIN.",
            )


class RenamePasskey(passkeys.EditWebAuthnForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, "name", "Name", "Enter a name")
