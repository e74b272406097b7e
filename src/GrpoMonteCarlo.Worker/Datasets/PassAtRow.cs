using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A row of pass_at_k.parquet: a population of prompts at an iteration, and one number of attempts.</summary>
/// <param name="Index">The cell's number in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Value">What was measured and what the closed forms say.</param>
internal sealed record PassAtRow(int Index, Cell Cell, PassAt Value)
{
    public static IReadOnlyList<DatasetColumn<PassAtRow>> Columns { get; } =
    [
        DatasetColumn<PassAtRow>.Int32("cell", row => row.Index),
        DatasetColumn<PassAtRow>.Text("cell_id", row => row.Cell.Id),
        DatasetColumn<PassAtRow>.Int32("iteration", row => row.Value.Iteration),
        DatasetColumn<PassAtRow>.Int32("k", row => row.Value.Attempts),
        DatasetColumn<PassAtRow>.OptionalDouble("pass_at_k", ValueRange.Share, row => row.Value.Measured?.Mean),
        DatasetColumn<PassAtRow>.OptionalDouble("pass_at_k_se", ValueRange.NotNegative, row => row.Value.Measured?.StandardError),
        DatasetColumn<PassAtRow>.OptionalDouble("pass_at_k_theory", ValueRange.Share, row => row.Value.Theory),
        DatasetColumn<PassAtRow>.OptionalDouble("pass_at_k_finite", ValueRange.Share, row => row.Value.Finite),
    ];
}
