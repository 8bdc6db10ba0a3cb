#include "cli/doctor/doctor.hpp"

#include <fmt/format.h>

#include "cli/doctor/gather.hpp"
#include "cli/doctor/report.hpp"
#include "cli/failure.hpp"

namespace dx::doctor {

void examine(cli::Client& client, std::string_view neighbor, bool json, cli::Output& out) {
    const auto diagnosis = diagnose(gather(client, neighbor));
    out.write(json ? as_json(diagnosis) : as_text(diagnosis));
    if (diagnosis.failures == 0) return;
    throw cli::Failure(
        fmt::format("{} of {} checks failed", diagnosis.failures, diagnosis.entries.size()));
}

}  // namespace dx::doctor
