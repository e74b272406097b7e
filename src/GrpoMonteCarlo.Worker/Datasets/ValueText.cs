using System.Globalization;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A dataset's value as text.</summary>
internal static class ValueText
{
    /// <param name="column">The column.</param>
    /// <param name="row">The row.</param>
    /// <param name="doubleFormat">How to write doubles; R reads back exactly.</param>
    /// <returns>Empty where it is null.</returns>
    public static string Of(ColumnValues column, int row, string doubleFormat) => column.IsNull(row) ? "" : column.Type switch
    {
        ParquetType.Boolean => column.Booleans[row] ? "true" : "false",
        ParquetType.Int32 => column.Int32s[row].ToString(CultureInfo.InvariantCulture),
        ParquetType.Int64 => column.Int64s[row].ToString(CultureInfo.InvariantCulture),
        ParquetType.Double => column.Doubles[row].ToString(doubleFormat, CultureInfo.InvariantCulture),
        _ => column.Strings[row]!,
    };
}
