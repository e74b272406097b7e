using GrpoMonteCarlo.Parquet;

ParquetColumn[] columns = [new("n", ParquetType.Int32, Optional: false), new("root", ParquetType.Double, Optional: true)];
using (var writer = new ParquetWriter(File.Create("roots.parquet"), columns, metadata: [], createdBy: "mine"))
{
    for (int n = -1; n <= 2; n++)
    {
        writer.Column(0).Append(n);
        writer.Column(1).Append(n < 0 ? (double?)null : Math.Sqrt(n));
        writer.EndRow();
    }

    writer.Finish();
}

using ParquetReader reader = ParquetReader.Open("roots.parquet");
ColumnValues roots = reader.ReadColumn(rowGroup: 0, column: 1);
Console.WriteLine($"{reader.RowCount} rows, {roots.NullCount} null, the last {roots.Doubles[^1]:F4}");
