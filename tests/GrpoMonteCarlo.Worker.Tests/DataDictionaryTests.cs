using System.Runtime.CompilerServices;
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
    public void Trajectory_columns_are_as_said() =>
        AssertAsSaid("trajectories.parquet", [.. TrajectoryRow.Columns.Select(column => column.Column)]);

    private static void AssertAsSaid(string file, IReadOnlyList<ParquetColumn> columns)
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryRoot(), "results", "README.md"));
        ParquetColumn[] said = [.. lines
            .SkipWhile(line => line != $"## {file}")
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(fields => fields[1] is not ("column" or "---"))
            .Select(fields => new ParquetColumn(fields[1], Enum.Parse<ParquetType>(fields[2], ignoreCase: true), Optional: fields[4].Length > 0))];
        Assert.Equal(said, columns);
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
