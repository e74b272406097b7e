using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>Compares rows of two Parquet files of the same columns, value by value, bit by bit.</summary>
internal static class TableComparison
{
    /// <summary>Where rows differ first; null if they do not.</summary>
    /// <param name="stored">A file.</param>
    /// <param name="storedFirst">Its first row.</param>
    /// <param name="expected">The other, all of whose rows are compared.</param>
    /// <returns>The row of the other, the column, and both values as texts.</returns>
    public static (long Row, string Column, string Stored, string Expected)? FirstDifference(ParquetReader stored, long storedFirst, ParquetReader expected)
    {
        for (int column = 0; column < expected.Columns.Count; column++)
        {
            var a = new Cursor(stored, column);
            var b = new Cursor(expected, column);
            for (long row = 0; row < expected.RowCount; row++)
            {
                (string storedValue, string expectedValue) = (a.Text(storedFirst + row), b.Text(row));
                if (storedValue != expectedValue)
                {
                    return (row, expected.Columns[column].Name, storedValue, expectedValue);
                }
            }
        }

        return null;
    }

    // A column read row group by row group, in rising order of rows.
    private sealed class Cursor(ParquetReader reader, int column)
    {
        private int _group = -1;
        private long _first;
        private ColumnValues? _values;

        public string Text(long row)
        {
            while (_values is null || row >= _first + _values.Count)
            {
                _first += _values?.Count ?? 0;
                _values = reader.ReadColumn(++_group, column);
            }

            int place = (int)(row - _first);
            return _values.IsNull(place) ? "null" : ValueText.Of(_values, place, "R");
        }
    }
}
