#include "libbgp/wire/aws_link.hpp"

#include <array>

namespace dx::bgp {

AwsLink as_last_choice(AwsLink link) {
    return link == AwsLink::Circuit || link == AwsLink::Public ? AwsLink::Aside : link;
}

std::string_view to_string(AwsLink link) {
    constexpr std::array<std::string_view, 5> kTexts{
        "", "a Direct Connect circuit", "a public virtual interface", "an AWS VPN",
        "an AWS link that covers nothing and is not covered"};
    static_assert(kTexts.size() == static_cast<std::size_t>(AwsLink::Aside) + 1);
    static_assert(kTexts.size() <= std::size_t{1} << kAwsLinkBits);
    return kTexts[static_cast<std::size_t>(link)];
}

}  // namespace dx::bgp
