using System.Globalization;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>passage_times.parquet, as far as a table shows it.</summary>
internal sealed class PassageTimes
{
    private const string File = "passage_times.parquet";

    private static readonly string[] Names =
    [
        "cell", "region", "p_low", "p_high", "left", "left_se", "left_law", "time_q50", "time_q50_law", "time_restricted_mean", "time_restricted_mean_se",
        "time_restricted_mean_law", "time_mean_law",
    ];

    private readonly Dictionary<string, Column> _columns;

    private PassageTimes(Dictionary<string, Column> columns, int count) => (_columns, Count) = (columns, count);

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Null if the run has none.</summary>
    /// <exception cref="BadInputException">The file is gone or damaged, or not of this run's cells.</exception>
    public static PassageTimes? Read(string folder, RunData run) => !run.Manifest.Sha256.ContainsKey(File)
        ? null
        : DatasetReader.Read(run.Manifest.Verified(folder, File), file =>
        {
            var times = new PassageTimes(Names.ToDictionary(name => name, file.Column), (int)file.RowCount);
            return Enumerable.Range(0, times.Count).All(row => times.Number("cell", row) is var cell && cell >= 0 && cell < run.Count)
                ? times
                : throw file.Wrong("has a row of a cell that is not there");
        });

    public int Cell(int row) => (int)Number("cell", row);

    /// <summary>A value as a table has it: beside a standard error to two digits of it, else to six digits; a mean by the law to four.</summary>
    public TableValue Value(string name, int row)
    {
        Column column = _columns[name];
        double error = name.StartsWith("left", StringComparison.Ordinal) ? Number("left_se", row)
            : name.StartsWith("time_restricted_mean", StringComparison.Ordinal) ? Number("time_restricted_mean_se", row)
            : double.NaN;
        return !column.IsNumber ? new TableValue(column.Text(row), Markup.Escape(column.Text(row)))
            : error > 0 ? TableValue.Of(column.Number(row), Intervals.Decimals(error))
            : double.IsNaN(column.Number(row)) ? new TableValue("", "")
            : new TableValue(
                Reports.Column.Exact(column.Number(row)),
                Markup.Number(column.Number(row).ToString(name == "time_mean_law" ? "G4" : "G6", CultureInfo.InvariantCulture)));
    }

    private double Number(string name, int row) => _columns[name].Number(row);
}
