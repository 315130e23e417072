package dev.sluice.sink.model;

class MergeV2Test implements MergeContract {
    @Override
    public int formatVersion() {
        return 2;
    }
}
