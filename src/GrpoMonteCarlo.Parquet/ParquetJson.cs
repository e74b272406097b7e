using System.Text.Json;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Prints a Parquet file as JSON.</summary>
public static class ParquetJson
{
    private const int FlushBytes = 1 << 16;

    /// <summary>
    /// Prints one JSON object: <c>{"columns":[{"name","type","optional"}...],"metadata":{...},"rowCount":N,"rows":[[v,...],...]}</c>,
    /// and a line feed. A type is one of boolean, int32, int64, double, string.
    /// </summary>
    /// <remarks>
    /// A missing value is null. Integers have all their digits, which JSON readers that know only doubles would lose
    /// beyond 2^53. Doubles have the fewest digits that give back the same number; those that are not finite are the
    /// strings "NaN", "Infinity" and "-Infinity".
    /// </remarks>
    /// <param name="reader">The file.</param>
    /// <param name="output">Where the UTF-8 goes; it is not disposed of.</param>
    /// <param name="head">How many rows to print, from the first on; null for all. "rowCount" is the file's anyway.</param>
    /// <param name="columns">The indices of the columns to print, in their order; null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="head"/> is negative, or there is no such column.</exception>
    /// <exception cref="ParquetException">The file is damaged.</exception>
    public static void Write(ParquetReader reader, Stream output, int? head = null, IReadOnlyList<int>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(head ?? 0, nameof(head));
        int[] printed = [.. columns ?? Enumerable.Range(0, reader.Columns.Count)];
        if (printed.Any(column => column < 0 || column >= reader.Columns.Count))
        {
            throw new ArgumentOutOfRangeException(nameof(columns), columns, "There is no such column.");
        }

        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            WriteColumns(printed.Select(column => reader.Columns[column]), json);
            json.WriteStartObject("metadata");
            foreach ((string key, string value) in reader.Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WriteNumber("rowCount", reader.RowCount);
            json.WriteStartArray("rows");
            WriteRows(reader, printed, json, head ?? long.MaxValue);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteColumns(IEnumerable<ParquetColumn> columns, Utf8JsonWriter json)
    {
        json.WriteStartArray("columns");
        foreach (ParquetColumn column in columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("type", column.Type switch
            {
                ParquetType.Boolean => "boolean",
                ParquetType.Int32 => "int32",
                ParquetType.Int64 => "int64",
                ParquetType.Double => "double",
                _ => "string",
            });
            json.WriteBoolean("optional", column.Optional);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRows(ParquetReader reader, int[] printed, Utf8JsonWriter json, long left)
    {
        for (int group = 0; group < reader.RowGroupCount && left > 0; group++)
        {
            ColumnValues[] columns = [.. printed.Select(column => reader.ReadColumn(group, column))];
            for (int row = 0; row < reader.RowsInGroup(group) && left > 0; row++, left--)
            {
                json.WriteStartArray();
                foreach (ColumnValues column in columns)
                {
                    WriteValue(column, row, json);
                }

                json.WriteEndArray();
                if (json.BytesPending > FlushBytes)
                {
                    json.Flush();
                }
            }
        }
    }

    private static void WriteValue(ColumnValues column, int row, Utf8JsonWriter json)
    {
        if (column.IsNull(row))
        {
            json.WriteNullValue();
            return;
        }

        switch (column.Type)
        {
            case ParquetType.Boolean:
                json.WriteBooleanValue(column.Booleans[row]);
                break;
            case ParquetType.Int32:
                json.WriteNumberValue(column.Int32s[row]);
                break;
            case ParquetType.Int64:
                json.WriteNumberValue(column.Int64s[row]);
                break;
            case ParquetType.Double:
                WriteDouble(column.Doubles[row], json);
                break;
            default:
                json.WriteStringValue(column.Strings[row]);
                break;
        }
    }

    private static void WriteDouble(double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }
}
