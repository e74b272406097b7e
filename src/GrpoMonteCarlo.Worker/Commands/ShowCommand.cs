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

    // Characters of a line where standard output is no terminal.
    private const int LineWidth = 120;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A Parquet file." };
        var json = new Option<bool>("--json") { Description = "One JSON object: columns, metadata, rowCount and rows." };
        var csv = new Option<bool>("--csv") { Description = "Comma-separated values, the names first; a null is an empty field." };
        var columns = new Option<string?>("--columns") { Description = "Only these columns, in this order.", HelpName = "A,B" };
        Option<int?> head = NumericOption.Whole(
            "--head", "N", $"Only the first N rows (a table: {TableRows} unless given; one set on its side: as many as fit).", 0, int.MaxValue);
        var command = new ToolCommand(
            "show",
            "Print a Parquet file. A table too wide for the terminal is set on its side: a line for each column, a column for each row.",
            "grpomc show results/quickstart/cells.parquet",
            "grpomc show results/quickstart/summary.parquet --columns cell,iteration,p_mean,p_finite,step_z",
            "grpomc show results/quickstart/summary.parquet --csv --head 100")
        {
            file, columns, json, csv, head,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv))
            {
                result.AddError("--json and --csv exclude each other");
            }
        });
        command.SetAction(parsed => Show(
            parsed.GetRequiredValue(file), parsed.GetValue(columns), parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(head)));
        return command;
    }

    private static int Show(string path, string? names, bool json, bool csv, int? head)
    {
        InputFile.Existing(path);
        try
        {
            using ParquetReader reader = ParquetReader.Open(path);
            int[] columns = names is null
                ? [.. Enumerable.Range(0, reader.Columns.Count)]
                : [.. names.Split(',').Select(name => IndexOf(path, reader, name))];
            if (json)
            {
                using Stream output = Console.OpenStandardOutput();
                ParquetJson.Write(reader, output, head, columns);
            }
            else if (csv)
            {
                using var output = new StreamWriter(Console.OpenStandardOutput());
                WriteCsv(reader, columns, output, head ?? long.MaxValue);
            }
            else
            {
                WriteTable(reader, columns, head);
            }
        }
        catch (ParquetException damaged)
        {
            throw new BadInputException($"{path}: {damaged.Message}");
        }

        return ExitCode.Done;
    }

    private static int IndexOf(string path, ParquetReader reader, string name)
    {
        string[] known = [.. reader.Columns.Select(column => column.Name)];
        int index = Array.IndexOf(known, name.Trim());
        return index >= 0 ? index : throw new BadInputException($"{path}: has no column \"{name.Trim()}\"; it has {string.Join(", ", known)}");
    }

    private static void WriteCsv(ParquetReader reader, int[] columns, TextWriter output, long most)
    {
        output.Write(string.Join(',', columns.Select(column => CsvField.Of(reader.Columns[column].Name))) + "\n");
        foreach (string[] row in Rows(reader, columns, most, "R"))
        {
            output.Write(string.Join(',', row.Select(CsvField.Of)) + "\n");
        }
    }

    private static void WriteTable(ParquetReader reader, int[] columns, int? head)
    {
        int width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? LineWidth : Console.WindowWidth;
        string[] names = [.. columns.Select(column => Printable.Of(reader.Columns[column].Name))];
        string[][] rows = [.. Rows(reader, columns, head ?? TableRows, "G7")
            .Select(row => row.Select(value => Printable.Of(value.Length > 16 ? value[..15] + "…" : value)).ToArray())];
        var table = new TextTable(names);
        Array.ForEach(rows, row => table.Add(row));
        int shown = rows.Length;
        if (shown == 0 || table.Width <= width)
        {
            table.Write(Console.Out);
        }
        else
        {
            shown = WriteOnItsSide(names, rows, 0, width);
            while (head is not null && shown < rows.Length)
            {
                Console.Out.Write("\n");
                shown += WriteOnItsSide(names, rows, shown, width);
            }
        }

        if (reader.RowCount > shown)
        {
            Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"... {reader.RowCount - shown:N0} more rows of {reader.RowCount:N0}\n"));
        }
    }

    // As many rows as fit, one at least; how many these are.
    private static int WriteOnItsSide(string[] names, string[][] rows, int first, int width)
    {
        string Number(int row) => row.ToString(CultureInfo.InvariantCulture);
        int next = first;
        int left = width - names.Append("row").Max(name => name.Length);
        while (next < rows.Length && (left -= 2 + rows[next].Append(Number(next)).Max(value => value.Length)) >= 0)
        {
            next++;
        }

        next = Math.Max(next, first + 1);
        var table = new TextTable(["row", .. Enumerable.Range(first, next - first).Select(Number)]);
        for (int column = 0; column < names.Length; column++)
        {
            table.Add([names[column], .. rows[first..next].Select(row => row[column])]);
        }

        table.Write(Console.Out);
        return next - first;
    }

    private static IEnumerable<string[]> Rows(ParquetReader reader, int[] selected, long most, string doubleFormat)
    {
        for (int group = 0; group < reader.RowGroupCount && most > 0; group++)
        {
            ColumnValues[] columns = [.. selected.Select(column => reader.ReadColumn(group, column))];
            int rows = (int)Math.Min(most, reader.RowsInGroup(group));
            for (int row = 0; row < rows; row++)
            {
                yield return [.. columns.Select(column => ValueText.Of(column, row, doubleFormat))];
            }

            most -= rows;
        }
    }
}
