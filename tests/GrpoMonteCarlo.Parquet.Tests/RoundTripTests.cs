using System.IO.Compression;

namespace GrpoMonteCarlo.Parquet.Tests;

public class RoundTripTests
{
    public static TheoryData<ParquetType, bool, Shape, int> Kinds()
    {
        TheoryData<ParquetType, bool, Shape, int> kinds = [];
        foreach (ParquetType type in RandomTable.Types)
        {
            foreach (bool optional in new[] { false, true })
            {
                kinds.Add(type, optional, Shape.Few, 0);
                kinds.Add(type, optional, Shape.Few, 1);
                foreach (Shape shape in RandomTable.Shapes)
                {
                    kinds.Add(type, optional, shape, 2500);
                }
            }
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_column_comes_back_as_it_was(ParquetType type, bool optional, Shape shape, int rows)
    {
        Table table = Table.OfOne(type, optional, RandomTable.Column(type, optional, shape, rows, new Random(1)));
        foreach (int rowsPerGroup in new[] { 1000, 2500, 1 << 24 })
        {
            byte[] file = table.Write(rowsPerGroup);
            Table.AssertSame(table, Table.Read(file));
            using ParquetReader reader = ParquetReader.Open(new MemoryStream(file));
            Assert.Equal((rows + rowsPerGroup - 1) / rowsPerGroup, reader.RowGroupCount);
        }
    }

    [Fact]
    public void Random_tables_come_back_as_they_were()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Table table = RandomTable.Make(seed);
            Table.AssertSame(table, Table.Read(table.Write(rowsPerGroup: 1 + (seed * 37 % 1500))));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_chunk_beyond_a_mebibyte_is_in_several_pages(bool optional)
    {
        Random random = new(2);
        object?[] doubles = [.. Enumerable.Range(0, 400_000).Select(i => optional && i % 3 == 0 ? null : (object)random.NextDouble())];
        object?[] indices = [.. doubles.Select((_, i) => optional && i % 5 == 0 ? null : (object)(long)(i % 7))];
        object?[] texts = [.. doubles.Select((_, i) => i % 20_000 == 0 ? new string((char)('a' + (i / 20_000)), 300_000) : i % 2 == 0 ? "" : "b")];
        Table table = new(
            [new("d", ParquetType.Double, optional), new("i", ParquetType.Int64, optional), new("t", ParquetType.String, optional)],
            [doubles, indices, texts]);
        byte[] file = table.Write(rowsPerGroup: 400_000);
        Table.AssertSame(table, Table.Read(file));
        Assert.Equal(optional ? 3 : 4, Table.Pages(file, column: 0).Count);
        Assert.Equal(3, Table.Pages(file, column: 1).Count);
        Assert.All(Table.Pages(file, column: 0), page => Assert.InRange(page.Size, 1, (1 << 20) + 60_000));
    }

    [Fact]
    public void Metadata_and_maker_come_back_in_order()
    {
        KeyValuePair<string, string>[] metadata = [new("z", "last first"), new("a", ""), new("schlüssel 🔑", "{\"json\": true}")];
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(Table.OfOne(ParquetType.Int32, false, 1).Write(metadata: metadata)));
        Assert.Equal(metadata, reader.Metadata);
        Assert.Equal("tests", reader.CreatedBy);
    }

    [Fact]
    public void More_columns_and_groups_than_a_short_list_can_have_come_back()
    {
        ParquetColumn[] columns = [.. Enumerable.Range(0, 200).Select(i => new ParquetColumn($"c{i}", ParquetType.Int32, false))];
        Table table = new(columns, [.. columns.Select((_, i) => Enumerable.Range(i, 40).Cast<object?>().ToArray())]);
        Table.AssertSame(table, Table.Read(table.Write(rowsPerGroup: 2)));
    }

    [Fact]
    public void A_file_is_written_to_a_stream_that_cannot_seek_and_read_from_a_path()
    {
        Table table = RandomTable.Make(12);
        MemoryStream packed = new();
        using (ParquetWriter writer = new(new DeflateStream(packed, CompressionLevel.Fastest), table.Columns, Table.NoMetadata, "tests", 100))
        {
            table.Fill(writer);
            writer.Finish();
        }

        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
            {
                using DeflateStream unpacked = new(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
                unpacked.CopyTo(file);
            }

            Assert.Equal(table.Write(100), File.ReadAllBytes(path));
            using ParquetReader reader = ParquetReader.Open(path);
            Assert.Equal(table.RowCount, reader.RowCount);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Nullable_conveniences_append_values_and_nulls()
    {
        MemoryStream stream = new();
        ParquetColumn[] columns = [.. RandomTable.Types.Select(type => new ParquetColumn(type.ToString(), type, true))];
        using (ParquetWriter writer = new(stream, columns, Table.NoMetadata, "tests"))
        {
            foreach (bool present in new[] { true, false })
            {
                writer.Column(0).Append(present ? (bool?)true : null);
                writer.Column(1).Append(present ? (int?)-5 : null);
                writer.Column(2).Append(present ? (long?)-6 : null);
                writer.Column(3).Append(present ? (double?)-7.5 : null);
                writer.Column(4).Append(present ? "" : null);
                writer.EndRow();
            }

            writer.Finish();
        }

        Table.AssertSame(new Table(columns, [[true, null], [-5, null], [-6L, null], [-7.5, null], ["", null]]), Table.Read(stream.ToArray()));
    }

    [Fact]
    public void Appending_allocates_nothing_once_a_group_was_filled()
    {
        ParquetColumn[] columns =
        [
            new("d", ParquetType.Double, true), new("i", ParquetType.Int32, false), new("b", ParquetType.Boolean, false), new("t", ParquetType.String, false),
        ];
        using ParquetWriter writer = new(Stream.Null, columns, Table.NoMetadata, "tests", rowsPerGroup: 10_000);
        Random random = new(3);
        FillGroup();
        FillGroup();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int group = 0; group < 20; group++)
        {
            FillGroup();
        }

        // What is left is a few objects per chunk.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 10_000);

        void FillGroup()
        {
            for (int i = 0; i < 10_000; i++)
            {
                writer.Column(0).Append(i % 10 == 0 ? null : random.NextDouble());
                writer.Column(1).Append(i % 100);
                writer.Column(2).Append(i % 3 == 0);
                writer.Column(3).Append(i % 2 == 0 ? "even" : "odd");
                writer.EndRow();
            }
        }
    }
}
