using System.Buffers;

namespace GrpoMonteCarlo.Parquet.Tests;

public class DictionaryTests
{
    [Fact]
    public void A_dictionary_is_there_exactly_where_it_makes_the_chunk_smaller()
    {
        const int Rows = 400;
        int withDictionary = 0;
        Random random = new(5);
        for (int distinct = 1; distinct <= Rows; distinct++)
        {
            int[] indices = [.. Enumerable.Range(0, Rows).Select(i => i < distinct ? i : random.Next(distinct))];
            byte[] file = Table.OfOne(ParquetType.Double, false, [.. indices.Select(i => (object)Math.Sqrt(i))]).Write();

            int plain = PageSize(PageKind.Data, PageEncoding.Plain, Rows, 8 * Rows);
            ArrayBufferWriter<byte> packed = new();
            HybridEncoder.Write(indices, HybridEncoder.BitWidth(distinct - 1), packed);
            int dictionary = PageSize(PageKind.Dictionary, PageEncoding.Plain, distinct, 8 * distinct)
                + PageSize(PageKind.Data, PageEncoding.RleDictionary, Rows, 1 + packed.WrittenCount);

            using ParquetReader reader = ParquetReader.Open(new MemoryStream(file));
            ColumnChunk chunk = reader.File.RowGroups[0].Chunks[0];
            Assert.Equal(Math.Min(plain, dictionary), chunk.Size);
            Assert.Equal(dictionary < plain, chunk.Start != chunk.DataStart);
            withDictionary += dictionary < plain ? 1 : 0;
        }

        Assert.InRange(withDictionary, 100, Rows - 20);
    }

    [Fact]
    public void A_dictionary_is_in_the_order_of_first_appearance()
    {
        object?[] texts = [.. Enumerable.Range(0, 90).Select(i => (object)new[] { "zeta", "alpha", "mid" }[i % 3])];
        byte[] file = Table.OfOne(ParquetType.String, false, texts).Write();
        Assert.Equal(PageKind.Dictionary, Table.Pages(file)[0].Kind);
        int zeta = file.AsSpan().IndexOf("zeta"u8);
        int alpha = file.AsSpan().IndexOf("alpha"u8);
        Assert.True(zeta < alpha && alpha < file.AsSpan().IndexOf("mid"u8));
    }

    [Fact]
    public void Doubles_that_only_their_bits_tell_apart_are_different_entries()
    {
        double other = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(double.NaN) ^ 1);
        object?[] values = [.. Enumerable.Range(0, 400).Select(i => (object)new[] { 0.0, -0.0, double.NaN, other }[i % 4])];
        byte[] file = Table.OfOne(ParquetType.Double, false, values).Write();
        Assert.Equal(4, Table.Pages(file)[0].ValueCount);
        Table.AssertSame(Table.OfOne(ParquetType.Double, false, values), Table.Read(file));
    }

    private static int PageSize(PageKind kind, PageEncoding encoding, int values, int size)
    {
        ArrayBufferWriter<byte> header = new();
        new PageHeader { Kind = kind, Size = size, UnpackedSize = size, ValueCount = values, Encoding = encoding }.Write(new ThriftWriter(header));
        return header.WrittenCount + size;
    }
}
