using System.Globalization;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>Which values a column can have (results/README.md).</summary>
internal static class ValueRange
{
    private static readonly HashSet<string> Shares =
    [
        "p_ref", "p_start", "alpha", "false_positive", "false_negative", "p_mean", "p_q05", "p_q50", "p_q95", "one_minus_p_mean", "p_theory", "p_finite",
        "degenerate_fraction", "saturated_fraction", "p_observed_mean", "stuck_fraction", "tv_theory", "tv_finite", "bound_held",
        "limit_theory", "limit_finite", "pass_at_k", "pass_at_k_theory", "pass_at_k_finite", "p", "threshold", "reached", "reached_law", "p_low", "p_high",
        "share", "share_law", "left", "left_law",
    ];

    private static readonly HashSet<string> NotNegative =
    [
        "beta", "epsilon", "p_sd", "logit_sd", "entropy", "beta_bound", "beta_bound_finite", "law_error",
        "time_restricted_mean", "time_restricted_mean_law", "time_mean", "time_mean_law",
    ];

    private static readonly string[] NotNegativeEndings = ["_se", "_law_error"];

    // Under the mirror anchor the limit is 1.
    private static readonly HashSet<string> MayBeInfinite = ["logit_limit_theory", "logit_limit_finite"];

    /// <summary>What is wrong with a value that is not null; null if nothing is.</summary>
    public static string? Complaint(string column, ColumnValues values, int row) => values.Type switch
    {
        ParquetType.Int32 => values.Int32s[row] < 0 ? Is(values.Int32s[row], "must not be negative") : null,
        ParquetType.Int64 => values.Int64s[row] < 0 ? Is(values.Int64s[row], "must not be negative") : null,
        ParquetType.Double => Complaint(column, values.Doubles[row]),
        _ => null,
    };

    private static string? Complaint(string column, double value) =>
        double.IsNaN(value) || (double.IsInfinity(value) && !MayBeInfinite.Contains(column)) ? Is(value, "must be a finite number")
        : Shares.Contains(column) && value is (< 0 or > 1) ? Is(value, "must be from 0 to 1")
        : (NotNegative.Contains(column) || NotNegativeEndings.Any(ending => column.EndsWith(ending, StringComparison.Ordinal))) && value < 0
            ? Is(value, "must not be negative")
        : null;

    private static string Is(double value, string rule) => string.Create(CultureInfo.InvariantCulture, $"is {value:R}, {rule}");
}
