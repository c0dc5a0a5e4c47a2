"""What the button sends."""

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length

from marketplace.follows.presenters import FOLLOWABLE
from marketplace.web.forms import BaseForm


class FollowForm(BaseForm):
    kind = StringField(validators=[InputRequired(), AnyOf(FOLLOWABLE)])
    subject_id = StringField(validators=[InputRequired(), Length(max=40)])
    on = StringField(validators=[AnyOf(("1", "0"))])
