"""Qualifications (pure): the titles that an organisation can hold, as the plan of the district names them."""

from collections.abc import Mapping
from enum import StrEnum

from marketplace.core.text import _


class QualificationKind(StrEnum):
    """Titles of enterprises and agencies, then those that make an organisation a carrier (载体)."""

    PILOT = "pilot"
    CHAIN_LEADER = "chain_leader"
    HIDDEN_CHAMPION = "hidden_champion"
    LITTLE_GIANT = "little_giant"
    SPECIALISED = "specialised"
    HIGH_TECH = "high_tech"
    TECH_CENTRE = "tech_centre"
    TRANSFER_AGENCY = "transfer_agency"
    TESTING_BODY = "testing_body"
    PARK = "park"
    ACCELERATOR = "accelerator"
    INCUBATOR = "incubator"
    PILOT_BASE = "pilot_base"
    SERVICE_PLATFORM = "service_platform"
    INNOVATION_CENTRE = "innovation_centre"
    EXPERT_STATION = "expert_station"


Q = QualificationKind
LABELS: Mapping[QualificationKind, str] = {
    Q.PILOT: _("领航企业"),
    Q.CHAIN_LEADER: _("链主企业"),
    Q.HIDDEN_CHAMPION: _("隐形冠军"),
    Q.LITTLE_GIANT: _("小巨人"),
    Q.SPECIALISED: _("专精特新"),
    Q.HIGH_TECH: _("高新技术企业"),
    Q.TECH_CENTRE: _("企业技术中心"),
    Q.TRANSFER_AGENCY: _("技术转移机构（备案）"),
    Q.TESTING_BODY: _("检验检测资质"),
    Q.PARK: _("特色产业园区"),
    Q.ACCELERATOR: _("未来产业加速园"),
    Q.INCUBATOR: _("孵化器"),
    Q.PILOT_BASE: _("中试小试基地"),
    Q.SERVICE_PLATFORM: _("公共服务平台"),
    Q.INNOVATION_CENTRE: _("重大创新平台"),
    Q.EXPERT_STATION: _("院士（专家）工作站"),
}
CARRIERS = frozenset(
    {Q.PARK, Q.ACCELERATOR, Q.INCUBATOR, Q.PILOT_BASE, Q.SERVICE_PLATFORM, Q.INNOVATION_CENTRE, Q.EXPERT_STATION}
)
"""What the plan calls carriers: others come to them to try, to test and to grow."""
