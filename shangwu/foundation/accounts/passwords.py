"""Rules of passwords that Django has, in Chinese where Django's own catalogue lags."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    """A least length. No mixture of signs is asked for: length is what counts."""

    def get_error_message(self) -> str:
        """Return the sentence of a refusal."""
        return f"密码太短，至少需要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """Return the hint beside the field."""
        return f"密码至少 {self.min_length} 个字符，可以用几个词连成的短句。"
