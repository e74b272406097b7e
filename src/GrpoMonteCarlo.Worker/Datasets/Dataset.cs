using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A Parquet file being written, whose bytes depend on the experiment only.</summary>
internal sealed class Dataset<TRow> : IDisposable
{
    private readonly ParquetWriter _writer;
    private readonly IReadOnlyList<DatasetColumn<TRow>> _columns;

    public Dataset(Stream stream, IReadOnlyList<DatasetColumn<TRow>> columns, Experiment experiment)
    {
        _columns = columns;

        _writer = new ParquetWriter(
            stream, [.. columns.Select(column => column.Column)], DatasetMetadata.Of(experiment), createdBy: "GrpoMonteCarlo", leaveOpen: true);
    }

    public long Rows { get; private set; }

    public void Add(TRow row)
    {
        for (int i = 0; i < _columns.Count; i++)
        {
            _columns[i].Append(_writer.Column(i), row);
        }

        _writer.EndRow();
        Rows++;
    }

    /// <summary>Completes the file; the stream stays open.</summary>
    public void Finish() => _writer.Finish();

    public void Dispose() => _writer.Dispose();
}
