using System.CommandLine;
using System.Globalization;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary><c>grpomc show FILE</c>: prints a Parquet file as a table, CSV or JSON.</summary>
internal static class ShowCommand
{
    private const int TableRows = 20;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A Parquet file." };
        var json = new Option<bool>("--json") { Description = "One JSON object: columns, metadata, rowCount and rows." };
        var csv = new Option<bool>("--csv") { Description = "Comma-separated values, the names first; a null is an empty field." };
        Option<int?> head = NumericOption.Whole("--head", "N", $"Only the first N rows (a table: {TableRows} unless given).", 0, int.MaxValue);
        var command = new ToolCommand(
            "show",
            "Print a Parquet file.",
            "grpomc show results/quickstart/cells.parquet",
            "grpomc show results/quickstart/summary.parquet --csv --head 100")
        {
            file, json, csv, head,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv))
            {
                result.AddError("--json and --csv exclude each other");
            }
        });
        command.SetAction(parsed => Show(parsed.GetRequiredValue(file), parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(head)));
        return command;
    }

    private static int Show(string path, bool json, bool csv, int? head)
    {
        InputFile.Existing(path);
        try
        {
            using ParquetReader reader = ParquetReader.Open(path);
            if (json)
            {
                using Stream output = Console.OpenStandardOutput();
                ParquetJson.Write(reader, output, head);
            }
            else if (csv)
            {
                using var output = new StreamWriter(Console.OpenStandardOutput());
                WriteCsv(reader, output, head ?? long.MaxValue);
            }
            else
            {
                WriteTable(reader, head ?? TableRows);
            }
        }
        catch (ParquetException damaged)
        {
            throw new BadInputException($"{path}: {damaged.Message}");
        }

        return ExitCode.Done;
    }

    private static void WriteCsv(ParquetReader reader, TextWriter output, long most)
    {
        output.Write(string.Join(',', reader.Columns.Select(column => Quote(column.Name))) + "\n");
        foreach (string[] row in Rows(reader, most, "R"))
        {
            output.Write(string.Join(',', row.Select(Quote)) + "\n");
        }
    }

    private static void WriteTable(ParquetReader reader, int most)
    {
        var table = new TextTable([.. reader.Columns.Select(column => Printable.Of(column.Name))]);
        foreach (string[] row in Rows(reader, most, "G7"))
        {
            table.Add([.. row.Select(value => Printable.Of(value.Length > 16 ? value[..15] + "…" : value))]);
        }

        table.Write(Console.Out);
        if (reader.RowCount > most)
        {
            Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"... {reader.RowCount - most:N0} more rows of {reader.RowCount:N0}\n"));
        }
    }

    private static IEnumerable<string[]> Rows(ParquetReader reader, long most, string doubleFormat)
    {
        for (int group = 0; group < reader.RowGroupCount && most > 0; group++)
        {
            ColumnValues[] columns = [.. Enumerable.Range(0, reader.Columns.Count).Select(column => reader.ReadColumn(group, column))];
            int rows = (int)Math.Min(most, reader.RowsInGroup(group));
            for (int row = 0; row < rows; row++)
            {
                yield return [.. columns.Select(column => ValueText.Of(column, row, doubleFormat))];
            }

            most -= rows;
        }
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
