#include "cli/doctor/doctor.hpp"

#include <fmt/format.h>

#include "cli/doctor/gather.hpp"
#include "cli/doctor/report.hpp"
#include "cli/failure.hpp"

namespace dx::doctor {

void examine(cli::Client& client, std::string_view neighbor, bool json, cli::Output& out) {
    const auto diagnosis = diagnose(gather(client, neighbor));
    if (json)
        out.write(as_json(diagnosis));
    else
        write_text(diagnosis, out);
    if (diagnosis.failures == 0) return;
    throw cli::Failure(
        fmt::format("{} of {} checks failed", diagnosis.failures, diagnosis.entries.size()));
}

}  // namespace dx::doctor
