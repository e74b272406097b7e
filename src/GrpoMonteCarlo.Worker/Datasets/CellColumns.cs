using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>The columns that say which cell a row is of, the same in every dataset by cell.</summary>
internal static class CellColumns
{
    public static IReadOnlyList<DatasetColumn<TRow>> Of<TRow>(Func<TRow, int> index, Func<TRow, Cell> cell) =>
    [
        DatasetColumn<TRow>.Int32("cell", index),
        DatasetColumn<TRow>.Text("cell_id", row => cell(row).Id),
        DatasetColumn<TRow>.Double("p_ref", ValueRange.Share, row => cell(row).PRef),
        DatasetColumn<TRow>.Double("p_start", ValueRange.Share, row => cell(row).Start),
        DatasetColumn<TRow>.Double("beta", ValueRange.NotNegative, row => cell(row).Beta),
        DatasetColumn<TRow>.Double("epsilon", ValueRange.NotNegative, row => cell(row).Epsilon),
        DatasetColumn<TRow>.Int32("group_size", row => cell(row).GroupSize),
        DatasetColumn<TRow>.Int64("groups", row => cell(row).Groups),
        DatasetColumn<TRow>.Text("advantage", row => ExperimentJson.Name(cell(row).Advantage)),
        DatasetColumn<TRow>.Text("anchor", row => cell(row).Anchor.Name),
        DatasetColumn<TRow>.Double("alpha", ValueRange.Share, row => cell(row).Anchor.Alpha),
        DatasetColumn<TRow>.Text("estimator", row => ExperimentJson.Name(cell(row).Estimator)),
        DatasetColumn<TRow>.Text("sampler", row => ExperimentJson.Name(cell(row).Sampler)),
        DatasetColumn<TRow>.Double("false_positive", ValueRange.Share, row => cell(row).Verifier.FalsePositive),
        DatasetColumn<TRow>.Double("false_negative", ValueRange.Share, row => cell(row).Verifier.FalseNegative),
        DatasetColumn<TRow>.Int32("lag", row => cell(row).Lag),
        DatasetColumn<TRow>.Int32("stage_length", row => cell(row).StageLength),
        DatasetColumn<TRow>.Int32("prompts", row => cell(row).Prompts),
        DatasetColumn<TRow>.Int32("prompts_per_update", row => cell(row).PromptsPerUpdate),
        DatasetColumn<TRow>.OptionalInt32("arms", row => cell(row).Arms?.Count),
        DatasetColumn<TRow>.OptionalText("reference", row => cell(row).Arms is { } arms ? ExperimentJson.Name(arms.Shape) : null),
        DatasetColumn<TRow>.Text("update", row => ExperimentJson.Name(cell(row).Update.Kind)),
        DatasetColumn<TRow>.OptionalInt32("steps", row => cell(row).Update.Gradient?.Steps),
        DatasetColumn<TRow>.OptionalDouble("learning_rate", ValueRange.NotNegative, row => cell(row).Update.Gradient?.LearningRate),
        DatasetColumn<TRow>.OptionalDouble("clip_low", ValueRange.NotNegative, row => Bound(cell(row).Update.Gradient?.ClipLow)),
        DatasetColumn<TRow>.OptionalDouble("clip_high", ValueRange.NotNegative, row => Bound(cell(row).Update.Gradient?.ClipHigh)),
        DatasetColumn<TRow>.OptionalText("kl", row => cell(row).Update.Gradient is { } gradient ? ExperimentJson.Name(gradient.Kl) : null),
        DatasetColumn<TRow>.OptionalText(
            "degenerate_kl", row => cell(row).Update.Gradient is { } gradient ? (gradient.MaskDegenerateKl ? "masked" : "kept") : null),
    ];

    private static double? Bound(double? clip) => clip is { } bound && double.IsFinite(bound) ? bound : null;
}
