using System.Text;
using System.Text.RegularExpressions;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>results/README.md lists the columns that the code writes: names, order, types, and which may be null.</summary>
public class DataDictionaryTests
{
    public static TheoryData<string> Names => [.. DatasetKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Columns_are_as_said(string file)
    {
        // cells.parquet begins with the same columns as the summary, which are not said twice.
        int skipped = file == "cells.parquet" ? CellColumns.Of<CellRow>(row => row.Index, row => row.Cell).Count : 0;
        Assert.Equal(
            RowsOf(file).Select(fields => new ParquetColumn(fields[1], Enum.Parse<ParquetType>(fields[2], ignoreCase: true), Optional: fields[4].Length > 0)),
            DatasetKind.All.Single(kind => kind.Name == file).Columns.Skip(skipped).Select(column => column.Column));
    }

    [Fact]
    public void A_column_may_be_infinite_where_that_is_said()
    {
        foreach ((string file, DatasetColumn column) in DatasetKind.All.SelectMany(kind => kind.Columns.Select(column => (kind.Name, column))))
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

    private static IEnumerable<string[]> RowsOf(string file) => Lines()
        .SkipWhile(line => line != $"## {file}")
        .Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(fields => fields[1] is not ("column" or "---"));

    private static string[] Lines() => File.ReadAllLines(Repository.PathOf("results/README.md"));
}
