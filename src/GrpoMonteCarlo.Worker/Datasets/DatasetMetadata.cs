using System.Globalization;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>What is in every dataset, so that a file found alone explains itself. No version, time or machine: they would change the bytes.</summary>
internal static class DatasetMetadata
{
    public static KeyValuePair<string, string>[] Of(Experiment experiment) =>
    [
        new("grpomc.experiment", ExperimentJson.Canonical(experiment)),
        new("grpomc.experiment_hash", ExperimentJson.Hash(experiment)),
        new("grpomc.stream_version", Plan.StreamVersion.ToString(CultureInfo.InvariantCulture)),
    ];
}
