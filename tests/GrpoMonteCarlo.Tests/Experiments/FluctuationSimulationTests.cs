using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Fluctuation theory (theory.md section 6) against the engine.</summary>
public class FluctuationSimulationTests
{
    // The theory is for small noise.
    private const double LargestLogitSd = 0.1;

    private const int Replicates = 40_000;
    private const int Iterations = 6;

    public static TheoryData<string, string> Cells => new()
    {
        { "rules", """{ "pRef": 0.3, "beta": [1, 3], "epsilon": 0.01, "groupSize": 8, "groups": [128, 1024], "advantage": ["grpo", "grpo-sample-std", "maxrl"] }""" },
        { "scale", """{ "pRef": 0.2, "beta": 2, "groupSize": 6, "groups": [64, 512], "advantage": { "scale": [0, 3, 1, 0.5, 1, 0.5, 0] } }""" },
        { "anchors", """{ "pRef": 0.2, "beta": 8, "epsilon": 0.01, "groupSize": [4, 16], "groups": [32, 128], "anchor": ["previous", { "mixed": 0.3 }] }""" },
        { "stages", """{ "pRef": 0.2, "beta": 5, "epsilon": 0.01, "groupSize": 8, "groups": [32, 256], "anchor": ["reference", { "mixed": 0.5 }], "stageLength": [2, 3] }""" },
        {
            "estimators",
            """
            { "pRef": [0.1, 0.6], "beta": 2, "epsilon": 0.01, "groupSize": 8, "groups": [32, 128], "estimator": ["plug-in", "self-normalized", "drop-degenerate", "dynamic-sampling"] },
            { "pRef": 0.02, "beta": 10, "epsilon": 0.01, "groupSize": 4, "groups": 64, "estimator": ["self-normalized", "drop-degenerate", "dynamic-sampling"] }
            """
        },
        {
            "noise",
            """
            { "pRef": 0.2, "beta": 2, "epsilon": 0.01, "groupSize": 8, "groups": 128, "verifier": [{ "falsePositive": 0.1, "falseNegative": 0.05 }, { "falseNegative": 0.2 }],
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"] }
            """
        },
        { "prompts", """{ "prompts": { "pRef": [0.1, 0.3, 0.8] }, "beta": [2, 5], "epsilon": 0.01, "groupSize": 8, "groups": 128 }""" },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void Spread_and_mean_are_as_predicted(string what, string grids)
    {
        var summaries = ExperimentRun.Summaries(ExperimentRun.Read($$"""
            { "name": "{{what}}", "seed": 2503, "iterations": {{Iterations}}, "replicates": {{Replicates}}, "sampler": "counts", "grid": [{{grids}}] }
            """));
        var log = new System.Text.StringBuilder();
        int spreads = 0;
        int shifts = 0;
        foreach ((Cell cell, CellSummary[] iterations) in summaries)
        {
            foreach (CellSummary row in iterations.Skip(1).TakeWhile(row => row.Spread is { LogitSd: <= LargestLogitSd }))
            {
                PredictedSpread predicted = row.Spread!.Value;
                double shift = predicted.PMean!.Value - row.PFinite!.Value;
                log.AppendLine(FormattableString.Invariant(
                    $"{row.Iteration} lsd {predicted.LogitSd:F4} sdratio-1 {(row.PSd / predicted.PSd) - 1:F4} shift {shift:E2} meas {row.DeviationFinite:E2} rel {(row.DeviationFinite / shift) - 1:F3} z {(row.DeviationFinite - shift) / row.PSe:F2} snr {shift / row.PSe:F1}"));
                spreads++;
                shifts++;
            }

            log.AppendLine(cell.CanonicalText);
        }

        log.AppendLine(FormattableString.Invariant($"{spreads} {shifts}"));
        File.WriteAllText($"/tmp/fluct-{what}.txt", log.ToString());
    }
}
