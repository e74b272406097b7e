using System.Text;
using System.Text.RegularExpressions;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>results/README.md lists the columns that the code writes: names, order, types, and which may be null.</summary>
public class DataDictionaryTests
{
    [Fact]
    public void Summary_columns_are_as_said() =>
        AssertAsSaid("summary.parquet", [.. SummaryRow.Columns.Select(column => column.Column)]);

    [Fact]
    public void Cell_columns_are_as_said() => AssertAsSaid(
        "cells.parquet",
        [.. CellRow.Columns.Skip(CellColumns.Of<CellRow>(row => row.Index, row => row.Cell).Count).Select(column => column.Column)]);

    [Fact]
    public void Pass_at_k_columns_are_as_said() => AssertAsSaid("pass_at_k.parquet", [.. PassAtRow.Columns.Select(column => column.Column)]);

    [Fact]
    public void Difference_columns_are_as_said() => AssertAsSaid("differences.parquet", [.. DifferenceRow.Columns.Select(column => column.Column)]);

    [Fact]
    public void Trajectory_columns_are_as_said() =>
        AssertAsSaid("trajectories.parquet", [.. TrajectoryRow.Columns.Select(column => column.Column)]);

    [Fact]
    public void Passage_columns_are_as_said()
    {
        AssertAsSaid("passages.parquet", [.. PassageRow.Columns.Select(column => column.Column)]);
        AssertAsSaid("basins.parquet", [.. BasinRow.Columns.Select(column => column.Column)]);
        AssertAsSaid("passage_times.parquet", [.. PassageTimeRow.Columns.Select(column => column.Column)]);
    }

    [Fact]
    public void A_column_may_be_infinite_where_that_is_said()
    {
        (string File, DatasetColumn Column)[] columns =
        [
            .. SummaryRow.Columns.Select(column => ("summary.parquet", (DatasetColumn)column)),
            .. CellRow.Columns.Select(column => ("cells.parquet", (DatasetColumn)column)),
            .. PassAtRow.Columns.Select(column => ("pass_at_k.parquet", column)),
            .. TrajectoryRow.Columns.Select(column => ("trajectories.parquet", column)),
            .. PassageRow.Columns.Select(column => ("passages.parquet", column)),
            .. BasinRow.Columns.Select(column => ("basins.parquet", column)),
        ];
        foreach ((string file, DatasetColumn column) in columns)
        {
            string[] said = RowsOf(file).SingleOrDefault(fields => fields[1] == column.Column.Name, []);
            bool infinite = said.Length > 0 && Regex.IsMatch(said[3], "\\binfinite\\b");
            Assert.True(infinite == (column.Range.Complaint(double.PositiveInfinity) is null), $"{file}: {column.Column.Name}");
            Assert.NotNull(column.Range.Complaint(double.NaN));
        }
    }

    [Fact]
    public void The_columns_that_cells_begin_with_are_named_right() => Assert.Contains(
        $"`cell` to `{CellColumns.Of<CellRow>(row => row.Index, row => row.Cell)[^1].Column.Name}` as above",
        string.Join('\n', Lines()),
        StringComparison.Ordinal);

    [Fact]
    public void The_cell_whose_identity_is_shown_has_that_text()
    {
        const string Json = """{ "name": "x", "seed": 1, "iterations": 1, "replicates": 1, "grid": { "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 64 } }""";
        Cell cell = Assert.Single(Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(Json))).Cells);
        Assert.Contains($"printf '%s' '{cell.CanonicalText}' | sha256sum", Lines());
    }

    private static void AssertAsSaid(string file, IReadOnlyList<ParquetColumn> columns)
    {
        ParquetColumn[] said = [.. RowsOf(file).Select(fields => new ParquetColumn(fields[1], Enum.Parse<ParquetType>(fields[2], ignoreCase: true), Optional: fields[4].Length > 0))];
        Assert.Equal(said, columns);
    }

    private static IEnumerable<string[]> RowsOf(string file) => Lines()
        .SkipWhile(line => line != $"## {file}")
        .Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(fields => fields[1] is not ("column" or "---"));

    private static string[] Lines() => File.ReadAllLines(Repository.PathOf("results/README.md"));
}
