using System.Diagnostics.Metrics;

namespace GrpoMonteCarlo.Worker.Progress;

/// <summary>
/// Counters of this process, for dotnet-counters or OpenTelemetry: meter <see cref="MeterName"/>. They count what is simulated here, not
/// what is found on disk.
/// </summary>
internal static class RunMetrics
{
    public const string MeterName = "GrpoMonteCarlo";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Rollouts { get; } = Meter.CreateCounter<long>("grpomc.rollouts", "{rollout}", "Rollouts simulated.");

    public static Counter<long> Groups { get; } = Meter.CreateCounter<long>("grpomc.groups", "{group}", "Groups drawn.");

    public static Counter<long> Updates { get; } = Meter.CreateCounter<long>("grpomc.updates", "{update}", "Updates of a prompt's policy.");

    public static Counter<long> Cells { get; } = Meter.CreateCounter<long>("grpomc.cells", "{cell}", "Cells finished, those found finished included.");

    public static Histogram<double> Checkpoints { get; } = Meter.CreateHistogram<double>("grpomc.checkpoint.duration", "s", "Time to save finished ranges.");
}
