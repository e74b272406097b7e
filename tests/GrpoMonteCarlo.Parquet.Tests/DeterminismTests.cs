using System.Globalization;
using System.Security.Cryptography;

namespace GrpoMonteCarlo.Parquet.Tests;

public class DeterminismTests
{
    // A change of these bytes changes every dataset that was ever published: it takes a reason and a new format version.
    private const string Golden = "08dd28843c601a8a68a28e6c4911ebba693d38af6037d004ccbfa2f5a10ef78d";

    [Fact]
    public void A_small_file_has_the_bytes_that_it_always_had()
    {
        byte[] file = Small().Write(rowsPerGroup: 400, metadata: [new("maker", "golden test"), new("empty", "")]);
        Assert.Equal(Golden, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    [Fact]
    public void The_same_data_twice_gives_the_same_bytes()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            Assert.Equal(RandomTable.Make(seed).Write(500), RandomTable.Make(seed).Write(500));
        }
    }

    [Fact]
    public void What_a_writer_wrote_before_does_not_show_in_a_row_group()
    {
        // The second group of one file and the first of another have the same rows; pages are the same up to where they lie.
        object?[] values = [.. Enumerable.Range(0, 500).Select(i => (object)(double)(i % 9))];
        byte[] once = Table.OfOne(ParquetType.Double, false, values).Write(500);
        byte[] twice = Table.OfOne(ParquetType.Double, false, [.. Enumerable.Range(0, 500).Select(i => (object)Math.Sqrt(i)), .. values]).Write(500);
        using ParquetReader first = ParquetReader.Open(new MemoryStream(once));
        using ParquetReader second = ParquetReader.Open(new MemoryStream(twice));
        ColumnChunk a = first.File.RowGroups[0].Chunks[0];
        ColumnChunk b = second.File.RowGroups[1].Chunks[0];
        Assert.Equal(once.AsSpan((int)a.Start, (int)a.Size).ToArray(), twice.AsSpan((int)b.Start, (int)b.Size).ToArray());
    }

    [Fact]
    public void The_culture_does_not_show()
    {
        byte[] before = Small().Write();
        CultureInfo kept = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(before, Small().Write());
        }
        finally
        {
            CultureInfo.CurrentCulture = kept;
        }
    }

    private static Table Small()
    {
        const int Rows = 1000;
        return new Table(
            [
                new("flag", ParquetType.Boolean, false), new("step", ParquetType.Int32, false), new("seed", ParquetType.Int64, true),
                new("mean", ParquetType.Double, true), new("name", ParquetType.String, true),
            ],
            [
                [.. Enumerable.Range(0, Rows).Select(i => (object)(i % 3 == 0))],
                [.. Enumerable.Range(0, Rows).Select(i => (object)(i / 50))],
                [.. Enumerable.Range(0, Rows).Select(i => i % 10 == 0 ? null : (object)(i * 0x0123_4567_89ABL))],
                [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? null : i % 5 == 0 ? double.NaN : (object)(i / 64.0))],
                [.. Enumerable.Range(0, Rows).Select(i => i > 800 ? null : (object)$"größe {i % 12}")],
            ]);
    }
}
