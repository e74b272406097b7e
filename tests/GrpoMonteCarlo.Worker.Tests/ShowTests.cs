using System.Globalization;
using System.Text;
using System.Text.Json;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary><c>grpomc show</c> on real datasets.</summary>
public sealed class ShowTests(MixedRun mixed)
{
    [Theory]
    [InlineData("summary.parquet")]
    [InlineData("cells.parquet")]
    [InlineData("trajectories.parquet")]
    public void JSON_has_every_value(string name)
    {
        DatasetTable table = mixed.Results.Read(name);
        using var document = JsonDocument.Parse(Show(name, "--json"));
        JsonElement root = document.RootElement;
        Assert.Equal(table.Columns.Select(column => column.Name), root.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()!));
        Assert.Equal(table.Rows, root.GetProperty("rowCount").GetInt32());
        Assert.Equal(table.Metadata["grpomc.experiment"], root.GetProperty("metadata").GetProperty("grpomc.experiment").GetString());
        int row = 0;
        foreach (JsonElement values in root.GetProperty("rows").EnumerateArray())
        {
            int column = 0;
            foreach (JsonElement value in values.EnumerateArray())
            {
                Assert.True(Same(table, column++, row, value.ValueKind == JsonValueKind.Null ? "" : value.ToString()), $"row {row}, column {column - 1}: {value}");
            }

            Assert.Equal(table.Columns.Length, column);
            row++;
        }

        Assert.Equal(table.Rows, row);
    }

    [Theory]
    [InlineData("summary.parquet")]
    [InlineData("cells.parquet")]
    public void CSV_has_every_value(string name)
    {
        DatasetTable table = mixed.Results.Read(name);
        string[][] lines = [.. Show(name, "--csv").TrimEnd('\n').Split('\n').Select(Fields)];
        Assert.Equal(table.Columns.Select(column => column.Name), lines[0]);
        Assert.Equal(table.Rows, lines.Length - 1);
        for (int row = 0; row < table.Rows; row++)
        {
            Assert.Equal(table.Columns.Length, lines[row + 1].Length);
            for (int column = 0; column < table.Columns.Length; column++)
            {
                Assert.True(Same(table, column, row, lines[row + 1][column]), $"row {row}, column {column}: {lines[row + 1][column]}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void Head_leaves_only_the_first_rows(int head)
    {
        int expected = Math.Min(head, mixed.PerCell.Rows);
        Assert.Equal(expected + 1, Show("cells.parquet", "--csv", "--head", $"{head}").Split('\n').Length - 1);
        using var document = JsonDocument.Parse(Show("cells.parquet", "--json", "--head", $"{head}"));
        Assert.Equal(expected, document.RootElement.GetProperty("rows").GetArrayLength());
        Assert.Equal(mixed.PerCell.Rows, document.RootElement.GetProperty("rowCount").GetInt32());
        string table = Show("cells.parquet", "--columns", "cell,beta", "--head", $"{head}");
        Assert.Equal(expected + 1 + (head < mixed.PerCell.Rows ? 1 : 0), table.Split('\n').Length - 1);
    }

    [Fact]
    public void Head_counts_rows_across_row_groups()
    {
        using (var reader = ParquetReader.Open(mixed.Results.PathOf("trajectories.parquet")))
        {
            Assert.True(reader.RowGroupCount > 1 && reader.RowsInGroup(0) < 40_000, "one row group would show nothing");
        }

        Assert.Equal(40_001, Show("trajectories.parquet", "--csv", "--head", "40000").Split('\n').Length - 1);
        using var document = JsonDocument.Parse(Show("trajectories.parquet", "--json", "--head", "40000"));
        Assert.Equal(40_000, document.RootElement.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public void A_table_has_20_rows_and_says_how_many_more()
    {
        string[] lines = Show("cells.parquet", "--columns", "p_ref, limit_finite,rollouts").Split('\n');
        Assert.Equal(1 + 20 + 1 + 1, lines.Length);
        Assert.Equal(["p_ref", "limit_finite", "rollouts"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{mixed.PerCell.Rows - 20} more rows", lines[21], StringComparison.Ordinal);
        Assert.Single(lines[..21].Select(line => line.Length).Distinct()); // every row ends in a number
    }

    [Fact]
    public void A_table_too_wide_for_a_line_is_set_on_its_side()
    {
        string[] lines = Show("summary.parquet").Split('\n')[..^1];
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 120));
        int rows = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - 1;
        Assert.InRange(rows, 2, 19);
        Assert.Equal(["row", .. mixed.Summary.Columns.Select(column => column.Name)], lines[..^1].Select(line => line.Trim().Split(' ')[0]));
        Assert.Equal(
            Enumerable.Range(0, rows).Select(row => mixed.Summary.Int32("iteration", row).ToString(CultureInfo.InvariantCulture)),
            lines.Single(line => line.TrimStart().StartsWith("iteration ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.StartsWith($"... {mixed.Summary.Rows - rows:N0} more rows", lines[^1], StringComparison.Ordinal);

        // As many as are asked for, some beside each other.
        string[] blocks = Show("summary.parquet", "--head", $"{3 * rows}").Split("\n\n");
        Assert.InRange(blocks.Length, 2, 6);
        Assert.Equal(
            Enumerable.Range(0, 3 * rows).Select(row => $"{row}"),
            blocks.SelectMany(block => block.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]));
    }

    [Fact]
    public void Columns_are_those_asked_for_in_their_order()
    {
        string[] all = [.. Show("cells.parquet", "--csv").Split('\n')[..^1]];
        string[] some = [.. Show("cells.parquet", "--csv", "--columns", "rollouts,cell").Split('\n')[..^1]];
        Assert.Equal(all.Select(Fields).Select(fields => $"{fields[Array.IndexOf(Fields(all[0]), "rollouts")]},{fields[0]}"), some);
        using var document = JsonDocument.Parse(Show("cells.parquet", "--json", "--columns", "rollouts,cell", "--head", "2"));
        Assert.Equal(["rollouts", "cell"], document.RootElement.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()));
        Assert.Equal(
            some[1..3],
            document.RootElement.GetProperty("rows").EnumerateArray().Select(row => string.Join(',', row.EnumerateArray().Select(value => value.GetInt64()))));
        Refusal.Check(
            Grpomc.Run(mixed.Results.Folder, ["show", "cells.parquet", "--columns", "cell,alpa"]), "cells.parquet", "has no column \"alpa\"", "cell, cell_id, p_ref");
    }

    private string Show(string name, params string[] options)
    {
        Answer answer = Grpomc.Run(mixed.Results.Folder, ["show", name, .. options]).Expect(0);
        Assert.Equal("", answer.Errors);
        return answer.Output;
    }

    private static bool Same(DatasetTable table, int column, int row, string text)
    {
        string name = table.Columns[column].Name;
        return table.IsNull(name, row) ? text.Length == 0 : table.Columns[column].Type switch
        {
            ParquetType.Int32 => table.Int32(name, row) == int.Parse(text, CultureInfo.InvariantCulture),
            ParquetType.Int64 => table.Int64(name, row) == long.Parse(text, CultureInfo.InvariantCulture),
            ParquetType.Double => table.Double(name, row).Equals(double.Parse(text, CultureInfo.InvariantCulture)),
            _ => table.Text(name, row) == text,
        };
    }

    // RFC 4180; no value has a line break.
    private static string[] Fields(string line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        return [.. fields, field.ToString()];
    }
}
